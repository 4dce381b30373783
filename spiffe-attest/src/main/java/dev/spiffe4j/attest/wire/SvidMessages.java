package dev.spiffe4j.attest.wire;

import com.google.protobuf.ByteString;
import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.attest.crypto.CertificateCodec;
import dev.spiffe4j.attest.proto.types.JWTSVID;
import dev.spiffe4j.attest.proto.types.X509SVID;
import dev.spiffe4j.jwt.JwtSvid;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** SVIDs on the wire. */
public final class SvidMessages {
  private static final int MAX_CHAIN = 16;

  private SvidMessages() {}

  public static X509SVID toMessage(SpiffeId id, List<X509Certificate> chain) {
    X509SVID.Builder message = X509SVID.newBuilder().setId(Ids.toMessage(id));
    for (X509Certificate certificate : chain) {
      message.addCertChain(ByteString.copyFrom(CertificateCodec.encode(certificate)));
    }
    return message.setExpiresAt(chain.get(0).getNotAfter().toInstant().getEpochSecond()).build();
  }

  /** The certificates, leaf first; at least one. */
  public static List<X509Certificate> chain(X509SVID message) {
    int count = message.getCertChainCount();
    if (count == 0 || count > MAX_CHAIN) {
      throw new InvalidDocumentException(
          Reason.MALFORMED, "chain of " + count + " (expected: 1 to " + MAX_CHAIN + ")");
    }
    return message.getCertChainList().stream()
        .map(der -> CertificateCodec.parse(der.toByteArray()))
        .toList();
  }

  public static JWTSVID toMessage(JwtSvid svid) {
    return JWTSVID
        .newBuilder()
        .setToken(svid.token())
        .setId(Ids.toMessage(svid.spiffeId()))
        .setExpiresAt(svid.expiresAt().getEpochSecond())
        .setIssuedAt(svid.issuedAt().map(Instant::getEpochSecond).orElse(0L))
        .build();
  }

  public static JwtSvid jwtSvid(JWTSVID message) {
    return JwtSvid.parse(message.getToken());
  }
}
