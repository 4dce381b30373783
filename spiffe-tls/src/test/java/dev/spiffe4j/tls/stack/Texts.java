package dev.spiffe4j.tls.stack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reading of what peers say, which is plain enough to be Latin. */
public final class Texts {
  private Texts() {}

  static void readRequest(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(Stack.BLANK_LINE) < 0) {
      append(in, text);
    }
  }

  /** All that is said until the end, however rude that is; at least something. */
  public static String readAnswer(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    append(in, text);
    try {
      while (true) {
        append(in, text);
      }
    } catch (IOException e) {
      return text.toString();
    }
  }

  private static void append(InputStream in, StringBuilder text) throws IOException {
    byte[] some = new byte[4096];
    int count = in.read(some);
    if (count < 0) {
      throw new IOException("the other side closed");
    }
    text.append(new String(some, 0, count, StandardCharsets.ISO_8859_1));
  }
}
