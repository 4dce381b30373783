package dev.spiffe4j.testing;

import static java.util.Objects.requireNonNull;

import java.io.IOException;

/**
 * What goes wrong on one connection to a {@link FakeWorkloadApi}. Immutable and thread-safe.
 *
 * <p>Faults that answer do so to each call of the connection, whatever it is. Some leave the calls
 * open, as a broken server would; they last until the client goes away or gives up a call, or until
 * {@link FakeWorkloadApi#endFault()}.
 */
public final class Fault {
  /** What is done on a connection until its end. */
  @FunctionalInterface
  interface Course {
    void run(FaultConnection connection) throws IOException;
  }

  private static final int OUT_OF_RANGE = 0x7fff_ffff;

  private final String name;
  private final Course course;

  private Fault(String name, Course course) {
    this.name = name;
    this.course = course;
  }

  /**
   * Ends each call with a status.
   *
   * @param code a gRPC status code, such as 7 for PermissionDenied; 0 for OK
   * @return the fault
   */
  public static Fault status(int code) {
    if (code < 0) {
      throw new IllegalArgumentException("code: " + code + " (expected: >= 0)");
    }
    return new Fault("status(" + code + ")", connection -> connection.end(code));
  }

  /**
   * Closes the connection as soon as it is there.
   *
   * @return the fault
   */
  public static Fault disconnect() {
    return new Fault("disconnect", connection -> {});
  }

  /**
   * Accepts the connection and never says a word, as a server that hangs.
   *
   * @return the fault
   */
  public static Fault silence() {
    return new Fault("silence", FaultConnection::awaitEnd);
  }

  /**
   * Speaks gRPC, and never answers a call.
   *
   * @return the fault
   */
  public static Fault noAnswer() {
    return new Fault("noAnswer", connection -> connection.answer(null));
  }

  /**
   * Speaks HTTP/1.1.
   *
   * @return the fault
   */
  public static Fault otherProtocol() {
    return new Fault("otherProtocol", FaultConnection::speakHttp1);
  }

  /**
   * Answers each call with one message, and leaves the call open.
   *
   * @param message the bytes of a message; need not be one
   * @return the fault
   */
  public static Fault message(byte[] message) {
    byte[] copy = message.clone();
    return new Fault(
        "message of " + copy.length + " bytes",
        connection -> connection.answer(FaultMessages.framed(copy, copy.length)));
  }

  /**
   * Answers with bytes that are no message.
   *
   * @return the fault
   */
  public static Fault garbage() {
    return message(FaultMessages.garbage());
  }

  /**
   * Answers with a message of X.509-SVIDs that has none.
   *
   * @return the fault
   */
  public static Fault emptyMessage() {
    return message(new byte[0]);
  }

  /**
   * Answers with a message of one X.509-SVID whose certificates, key and bundle are garbage.
   *
   * @param spiffeId what it says that its SPIFFE ID is
   * @return the fault
   */
  public static Fault garbageFields(String spiffeId) {
    return message(FaultMessages.svidOfGarbage(requireNonNull(spiffeId, "spiffeId")));
  }

  /**
   * Announces a message, and ends the call in the middle of it.
   *
   * @return the fault
   */
  public static Fault truncatedMessage() {
    byte[] begin = FaultMessages.framed(new byte[10], 1000);
    return new Fault("truncatedMessage", connection -> connection.answerAndEnd(begin));
  }

  /**
   * Announces a message larger than any client would read.
   *
   * @return the fault
   */
  public static Fault oversizedMessage() {
    byte[] begin = FaultMessages.framed(new byte[10], OUT_OF_RANGE);
    return new Fault("oversizedMessage", connection -> connection.answer(begin));
  }

  /** Does it, to the end. */
  void run(FaultConnection connection) throws IOException {
    course.run(connection);
  }

  @Override
  public String toString() {
    return "Fault[" + name + "]";
  }
}
