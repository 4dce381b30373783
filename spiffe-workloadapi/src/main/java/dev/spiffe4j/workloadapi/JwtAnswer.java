package dev.spiffe4j.workloadapi;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidRequest;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.util.List;
import java.util.Optional;

/** Whether tokens are those that were asked for, and which one of them is. */
final class JwtAnswer {
  private JwtAnswer() {}

  /** WAPI §6.2.1: only the identity, and only the audience, that were asked for. */
  static List<JwtSvid> check(JwtSvidRequest request, List<JwtSvid> svids) {
    Optional<SpiffeId> subject = request.subject();
    for (JwtSvid svid : svids) {
      if (subject.isPresent() && !svid.spiffeId().equals(subject.get())) {
        throw Responses.invalid("a JWT-SVID of another identity than " + subject.get());
      }
      if (!svid.audience().containsAll(request.audience())) {
        throw Responses.invalid("a JWT-SVID without an audience that was asked for");
      }
    }
    return svids;
  }

  /** The first one, or the one of the hint. */
  static JwtSvid pick(JwtSvidRequest request, List<JwtSvid> svids) {
    Optional<String> hint = request.hint();
    return svids.stream()
        .filter(svid -> hint.isEmpty() || svid.hint().equals(hint))
        .findFirst()
        .orElseThrow(
            () ->
                new WorkloadApiException(
                    Reason.NO_MATCHING_SVID, "no JWT-SVID has the hint that was asked for"));
  }
}
