package dev.spiffe4j.workloadapi;

import com.google.protobuf.ByteString;
import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.RevocationLists;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a message is about, and the revocation lists that came with it (Workload API §5.2.1, which
 * gives them no meaning).
 */
record Revocable<T>(T value, RevocationLists lists) {
  /** A bad list costs itself only. */
  static <T> Parsed<Revocable<T>> read(Parsed<T> parsed, List<ByteString> lists) {
    List<byte[]> good = new ArrayList<>();
    List<String> problems = new ArrayList<>(parsed.problems());
    for (ByteString list : lists) {
      try {
        byte[] der = list.toByteArray();
        RevocationLists.parse(List.of(der));
        good.add(der);
      } catch (InvalidDocumentException e) {
        problems.add("revocation list left out: " + e.getMessage());
      }
    }
    RevocationLists all = Responses.valid(() -> RevocationLists.parse(good));
    return new Parsed<>(new Revocable<>(parsed.value(), all), problems);
  }

  static <T> UnaryOperator<Revocable<T>> changing(UnaryOperator<T> change) {
    return revocable -> revocable.with(change.apply(revocable.value()));
  }

  Revocable<T> with(T other) {
    return new Revocable<>(other, lists);
  }
}
