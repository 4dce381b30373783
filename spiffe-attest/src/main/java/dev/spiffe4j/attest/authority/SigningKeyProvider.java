package dev.spiffe4j.attest.authority;

import java.io.ByteArrayOutputStream;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets code that knows only {@link PrivateKey} sign with a {@link SigningKey}. It is passed along
 * as an object and never registered with the JVM.
 */
final class SigningKeyProvider extends Provider {
  private static final long serialVersionUID = 1L;

  SigningKeyProvider() {
    super("spiffe4j-signing-key", "1", "signatures of keys that are elsewhere");
    for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
      putService(new SignatureService(this, algorithm));
    }
  }

  /** A key as the JCA wants it: without an encoding. */
  static PrivateKey privateKey(SigningKey key) {
    return new Handle(key);
  }

  private static final class Handle implements PrivateKey {
    private static final long serialVersionUID = 1L;

    private final transient SigningKey key;

    Handle(SigningKey key) {
      this.key = key;
    }

    @Override
    public String getAlgorithm() {
      return key.publicKey().getAlgorithm();
    }

    @Override
    @SuppressWarnings("NullAway") // the contract of a key that has no encoding
    public String getFormat() {
      return null;
    }

    @Override
    @SuppressWarnings("NullAway") // the contract of a key that has no encoding
    public byte[] getEncoded() {
      return null;
    }
  }

  private static final class SignatureService extends Service {
    private final SignatureAlgorithm algorithm;

    SignatureService(Provider provider, SignatureAlgorithm algorithm) {
      super(
          provider,
          "Signature",
          algorithm.jcaName(),
          HandleSignature.class.getName(),
          List.of(),
          Map.of());
      this.algorithm = algorithm;
    }

    @Override
    public Object newInstance(@Nullable Object parameter) {
      return new HandleSignature(algorithm);
    }

    @Override
    public boolean supportsParameter(@Nullable Object parameter) {
      return parameter instanceof Handle;
    }
  }

  private static final class HandleSignature extends SignatureSpi {
    private final SignatureAlgorithm algorithm;
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private @Nullable SigningKey key;

    HandleSignature(SignatureAlgorithm algorithm) {
      this.algorithm = algorithm;
    }

    @Override
    protected void engineInitSign(PrivateKey privateKey) throws InvalidKeyException {
      if (!(privateKey instanceof Handle handle)) {
        throw new InvalidKeyException("not a key of this provider");
      }
      key = handle.key;
      data.reset();
    }

    @Override
    protected void engineUpdate(byte b) {
      data.write(b);
    }

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) {
      data.write(bytes, offset, length);
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
      if (key == null) {
        throw new SignatureException("no key");
      }
      try {
        byte[] signature = key.sign(algorithm, data.toByteArray());
        data.reset();
        return signature;
      } catch (AuthorityException e) {
        throw new SignatureException("the key does not sign", e);
      }
    }

    @Override
    protected void engineInitVerify(PublicKey publicKey) throws InvalidKeyException {
      throw new InvalidKeyException("this provider does not verify");
    }

    @Override
    protected boolean engineVerify(byte[] signature) throws SignatureException {
      throw new SignatureException("this provider does not verify");
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {
      throw new UnsupportedOperationException("no parameters");
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
      throw new UnsupportedOperationException("no parameters");
    }
  }
}
