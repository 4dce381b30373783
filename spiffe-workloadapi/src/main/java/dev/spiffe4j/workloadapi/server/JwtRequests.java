package dev.spiffe4j.workloadapi.server;

import dev.spiffe4j.InvalidSpiffeIdException;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.JWTSVIDRequest;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reading of requests: mandatory fields are there (Workload API §4.5). */
final class JwtRequests {
  private static final int MAX_AUDIENCES = 32;
  private static final int MAX_AUDIENCE_LENGTH = 2048;

  private JwtRequests() {}

  record Svids(List<String> audience, @Nullable SpiffeId spiffeId) {}

  static Svids svids(JWTSVIDRequest request) {
    List<String> audience = List.copyOf(request.getAudienceList());
    if (audience.isEmpty()) {
      throw invalid("audience must be specified");
    }
    if (audience.size() > MAX_AUDIENCES) {
      throw invalid("more than " + MAX_AUDIENCES + " audiences");
    }
    audience.forEach(JwtRequests::checkAudience);
    return new Svids(audience, spiffeId(request.getSpiffeId()));
  }

  static void check(ValidateJWTSVIDRequest request) {
    checkAudience(request.getAudience());
    if (request.getSvid().isEmpty()) {
      throw invalid("svid must be specified");
    }
  }

  private static void checkAudience(String audience) {
    if (audience.isEmpty()) {
      throw invalid("audience must be specified");
    }
    if (audience.length() > MAX_AUDIENCE_LENGTH) {
      throw invalid("audience of more than " + MAX_AUDIENCE_LENGTH + " characters");
    }
  }

  static @Nullable SpiffeId spiffeId(String text) {
    if (text.isEmpty()) {
      return null;
    }
    try {
      return SpiffeId.parse(text);
    } catch (InvalidSpiffeIdException e) {
      throw invalid("invalid requested SPIFFE ID: " + e.getMessage());
    }
  }

  private static WorkloadApiException invalid(String message) {
    return new WorkloadApiException(Reason.INVALID_ARGUMENT, message);
  }
}
