package dev.spiffe4j.workloadapi.http2;

/** The numbers of frames (RFC 9113 §4.1, §6). */
final class Frame {
  static final int HEADER_BYTES = 9;
  static final int SETTING_BYTES = 6;

  /** The largest payload that may be sent to us; we do not ask for more (§4.2). */
  static final int MAX_PAYLOAD = 16_384;

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int FLAG_ACK = 0x1;
  static final int FLAG_END_STREAM = 0x1;
  static final int FLAG_END_HEADERS = 0x4;
  static final int FLAG_PADDED = 0x8;
  static final int FLAG_PRIORITY = 0x20;

  private Frame() {}
}
