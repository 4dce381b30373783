package dev.spiffe4j.attest.server;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.crypto.SigningRequest;
import java.security.PublicKey;

/** Requests as calls bring them. */
final class SigningRequests {
  private final SignatureProvider signatures;

  SigningRequests(SignatureProvider signatures) {
    this.signatures = signatures;
  }

  /** The one thing that a request contributes: a key whose private half its sender has. */
  PublicKey publicKey(byte[] csr) {
    try {
      return SigningRequest.parse(csr, signatures).publicKey();
    } catch (InvalidDocumentException e) {
      throw new NodeApiException(Reason.INVALID_ARGUMENT, "CSR: " + e.getMessage(), e);
    }
  }
}
