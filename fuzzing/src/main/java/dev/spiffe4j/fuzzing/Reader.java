package dev.spiffe4j.fuzzing;

import java.io.IOException;

/** Reads one input. It returns, or refuses by a {@code SpiffeException} or an I/O error. */
@FunctionalInterface
interface Reader {
  void read(byte[] data) throws IOException;
}
