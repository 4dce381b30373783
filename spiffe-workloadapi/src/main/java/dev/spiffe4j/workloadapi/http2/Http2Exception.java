package dev.spiffe4j.workloadapi.http2;

import java.io.IOException;

/** What a server has sent breaks HTTP/2 or gRPC. */
final class Http2Exception extends IOException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  Http2Exception(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  static Http2Exception protocol(String message) {
    return new Http2Exception(ErrorCode.PROTOCOL_ERROR, message);
  }

  static Http2Exception frameSize(String message) {
    return new Http2Exception(ErrorCode.FRAME_SIZE_ERROR, message);
  }

  static Http2Exception compression(String message) {
    return new Http2Exception(ErrorCode.COMPRESSION_ERROR, message);
  }

  static Http2Exception flowControl(String message) {
    return new Http2Exception(ErrorCode.FLOW_CONTROL_ERROR, message);
  }

  /** What the server is told. */
  ErrorCode code() {
    return code;
  }
}
