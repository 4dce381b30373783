package dev.spiffe4j.jwt;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import org.jspecify.annotations.Nullable;

/** A provider like that of an HSM: its keys cannot be read, and only it can use them. */
final class OpaqueKeys extends Provider {
  private static final long serialVersionUID = 1L;

  OpaqueKeys() {
    super("Opaque", "1", "keys that stay inside");
    for (String algorithm : new String[] {"SHA256withECDSA", "SHA256withRSA"}) {
      putService(
          new Service(this, "Signature", algorithm, OpaqueSignature.class.getName(), null, null) {
            @Override
            public Object newInstance(@Nullable Object parameter) {
              return new OpaqueSignature(algorithm);
            }

            @Override
            public boolean supportsParameter(@Nullable Object key) {
              return key instanceof OpaqueKey;
            }
          });
    }
  }

  static PrivateKey hide(PrivateKey key) {
    return new OpaqueKey(key);
  }

  private static final class OpaqueKey implements PrivateKey {
    private static final long serialVersionUID = 1L;
    private final PrivateKey inside;

    OpaqueKey(PrivateKey inside) {
      this.inside = inside;
    }

    @Override
    public String getAlgorithm() {
      return inside.getAlgorithm();
    }

    @Override
    public @Nullable String getFormat() {
      return null;
    }

    @Override
    public byte @Nullable [] getEncoded() {
      return null;
    }
  }

  private static final class OpaqueSignature extends SignatureSpi {
    private final String algorithm;
    private final ByteArrayOutputStream input = new ByteArrayOutputStream();
    private @Nullable PrivateKey key;

    OpaqueSignature(String algorithm) {
      this.algorithm = algorithm;
    }

    @Override
    protected void engineInitSign(PrivateKey privateKey) throws InvalidKeyException {
      if (!(privateKey instanceof OpaqueKey opaque)) {
        throw new InvalidKeyException("not a key of this provider");
      }
      key = opaque.inside;
      input.reset();
    }

    @Override
    protected void engineUpdate(byte b) {
      input.write(b);
    }

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) {
      input.write(bytes, offset, length);
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
      try {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(input.toByteArray());
        return signature.sign();
      } catch (GeneralSecurityException e) {
        throw new SignatureException(e);
      }
    }

    @Override
    protected void engineInitVerify(PublicKey publicKey) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected boolean engineVerify(byte[] bytes) {
      throw new UnsupportedOperationException();
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {
      throw new UnsupportedOperationException();
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
      throw new UnsupportedOperationException();
    }
  }
}
