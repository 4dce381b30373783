package dev.spiffe4j.tls;

import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.testing.TestTrustDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A source that has rotated each time it is asked: no two questions get one answer. */
final class RestlessSource implements X509ContextSource {
  private final List<X509Context> contexts = new ArrayList<>();
  private final AtomicInteger questions = new AtomicInteger();

  RestlessSource(TestTrustDomain domain, String path) {
    for (int i = 0; i < 10; i++) {
      contexts.add(domain.context(domain.issue(path + "-" + i)));
    }
  }

  @Override
  public X509Context x509Context() {
    return contexts.get(questions.getAndIncrement() % contexts.size());
  }

  int questions() {
    return questions.get();
  }
}
