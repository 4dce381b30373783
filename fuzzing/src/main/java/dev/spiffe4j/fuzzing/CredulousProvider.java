package dev.spiffe4j.fuzzing;

import java.security.InvalidParameterException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;

/**
 * Finds every signature good: a fuzzer cannot sign what it has changed, and would never get past
 * the first check. Never registered.
 */
final class CredulousProvider extends Provider {
  static final CredulousProvider INSTANCE = new CredulousProvider();

  private static final long serialVersionUID = 1;

  private CredulousProvider() {
    super("credulous", "1", "takes every signature");
    for (String algorithm :
        List.of(
            "SHA256withECDSA",
            "SHA384withECDSA",
            "SHA512withECDSA",
            "SHA256withRSA",
            "SHA384withRSA",
            "SHA512withRSA",
            "RSASSA-PSS",
            "Ed25519",
            "EdDSA",
            "ML-DSA-44",
            "ML-DSA-65",
            "ML-DSA-87")) {
      put("Signature." + algorithm, AnySignature.class.getName());
    }
  }

  /** Made by the provider's machinery. */
  public static final class AnySignature extends SignatureSpi {
    /** Makes one. */
    public AnySignature() {}

    @Override
    protected void engineInitVerify(PublicKey key) {}

    @Override
    protected void engineInitSign(PrivateKey key) {
      throw new UnsupportedOperationException("it signs nothing");
    }

    @Override
    protected void engineUpdate(byte b) {}

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) {}

    @Override
    protected byte[] engineSign() {
      throw new UnsupportedOperationException("it signs nothing");
    }

    @Override
    protected boolean engineVerify(byte[] signature) {
      return true;
    }

    @Override
    protected void engineSetParameter(AlgorithmParameterSpec parameters) {}

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {
      throw new InvalidParameterException(name);
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
      throw new InvalidParameterException(name);
    }
  }
}
