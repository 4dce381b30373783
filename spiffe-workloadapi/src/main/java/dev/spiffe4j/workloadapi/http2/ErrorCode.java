package dev.spiffe4j.workloadapi.http2;

import io.grpc.Status;

/** Why a stream or a connection ends (RFC 9113 §7). */
enum ErrorCode {
  NO_ERROR(0x0),
  PROTOCOL_ERROR(0x1),
  INTERNAL_ERROR(0x2),
  FLOW_CONTROL_ERROR(0x3),
  SETTINGS_TIMEOUT(0x4),
  STREAM_CLOSED(0x5),
  FRAME_SIZE_ERROR(0x6),
  REFUSED_STREAM(0x7),
  CANCEL(0x8),
  COMPRESSION_ERROR(0x9),
  CONNECT_ERROR(0xa),
  ENHANCE_YOUR_CALM(0xb),
  INADEQUATE_SECURITY(0xc),
  HTTP_1_1_REQUIRED(0xd);

  private static final ErrorCode[] ALL = values();

  private final int number;

  ErrorCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  /** How a call ends whose stream the server has ended so, as gRPC has it. */
  Status status() {
    return switch (this) {
      case REFUSED_STREAM -> Status.UNAVAILABLE;
      case CANCEL -> Status.CANCELLED;
      case ENHANCE_YOUR_CALM -> Status.RESOURCE_EXHAUSTED;
      case INADEQUATE_SECURITY -> Status.PERMISSION_DENIED;
      default -> Status.INTERNAL;
    };
  }

  /** The code of a number; unknown ones are as good as {@link #INTERNAL_ERROR}. */
  static ErrorCode of(int number) {
    for (ErrorCode code : ALL) {
      if (code.number == number) {
        return code;
      }
    }
    return INTERNAL_ERROR;
  }
}
