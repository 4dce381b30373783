package dev.spiffe4j.workloadapi.wire;

import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;

/** Reads answers; it is for clients only, which send none. */
public final class X509AnswerMarshaller implements Marshaller<X509Answer> {
  @Override
  public InputStream stream(X509Answer answer) {
    throw new AssertionError("a client does not answer");
  }

  @Override
  public X509Answer parse(InputStream message) {
    try {
      return X509Answer.parse(message.readAllBytes());
    } catch (IOException e) {
      // As the marshaller of generated messages says it.
      throw Status.INTERNAL
          .withDescription("Invalid protobuf byte sequence")
          .withCause(e)
          .asRuntimeException();
    }
  }
}
