package dev.spiffe4j.attest.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CallLimitTest {
  private final CallLimit limit = new CallLimit(2);

  @Test
  @DisplayName(
      "calls over the limit are told Unavailable, and a place is free again once a call ends")
  void bounds() {
    ServerCall.Listener<String> first = limit.interceptCall(call(), new Metadata(), this::start);
    Call second = call();
    limit.interceptCall(second, new Metadata(), this::start);
    assertThat(second.closed).isNull();

    Call third = call();
    limit.interceptCall(third, new Metadata(), this::start);
    assertThat(third.closed).isNotNull();
    assertThat(third.closed.getCode()).isEqualTo(Status.Code.UNAVAILABLE);

    first.onCancel();
    // However often it ends, a call frees one place.
    first.onComplete();
    Call fourth = call();
    limit.interceptCall(fourth, new Metadata(), this::start);
    assertThat(fourth.closed).isNull();
    Call fifth = call();
    limit.interceptCall(fifth, new Metadata(), this::start);
    assertThat(fifth.closed).isNotNull();
  }

  private ServerCall.Listener<String> start(ServerCall<String, String> call, Metadata headers) {
    return new ServerCall.Listener<>() {};
  }

  private static Call call() {
    return new Call();
  }

  /** Remembers how it was closed. */
  private static final class Call extends ServerCall<String, String> {
    private @Nullable Status closed;

    @Override
    public void close(Status status, Metadata trailers) {
      closed = status;
    }

    @Override
    public void request(int numMessages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(String message) {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public Attributes getAttributes() {
      return Attributes.EMPTY;
    }

    @Override
    public MethodDescriptor<String, String> getMethodDescriptor() {
      MethodDescriptor.Marshaller<String> text =
          new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(String value) {
              return new ByteArrayInputStream(new byte[0]);
            }

            @Override
            public String parse(InputStream stream) {
              return "";
            }
          };
      return MethodDescriptor.<String, String>newBuilder(text, text)
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("test/Test")
          .build();
    }
  }
}
