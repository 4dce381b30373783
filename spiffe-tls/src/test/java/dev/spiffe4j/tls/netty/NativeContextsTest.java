package dev.spiffe4j.tls.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.testing.MutableX509Source;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.tls.SpiffeTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Native memory: one context for each generation, freed with its last engine")
class NativeContextsTest {
  private static final int ROTATIONS = 20;

  private final TestTrustDomain domain = TestTrustDomain.of("example.org");
  private final MutableX509Source source =
      MutableX509Source.of(domain.context(domain.issue("/web")));
  private final SpiffeTls tls =
      SpiffeTls.builder(source, Authorizer.memberOf(domain.trustDomain())).build();
  private final ByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;

  private NativeSpiffeSslContext context() {
    return (NativeSpiffeSslContext)
        SpiffeSslContext.forServer(tls).engine(TlsEngine.NATIVE).build();
  }

  /** The context of now, which is not kept from being freed. */
  private static ReferenceCountedOpenSslContext look(NativeContexts contexts) {
    return contexts.with(context -> context);
  }

  private void rotate() {
    source.set(domain.context(domain.issue("/web")));
  }

  @Test
  void oneContextServesAGeneration() {
    try (NativeSpiffeSslContext context = context()) {
      ReferenceCountedOpenSslContext first = look(context.forEngines());
      assertThat(look(context.forEngines())).isSameAs(first);
      rotate();
      assertThat(look(context.forEngines())).isNotSameAs(first);
    }
  }

  @Test
  void anOldContextIsFreedWithItsLastEngine() {
    try (NativeSpiffeSslContext context = context()) {
      SSLEngine one = context.newEngine(allocator);
      SSLEngine two = context.newEngine(allocator);
      ReferenceCountedOpenSslContext old = look(context.forEngines());

      rotate();
      SSLEngine three = context.newEngine(allocator);
      assertThat(old.refCnt()).isPositive();

      ReferenceCountUtil.release(one);
      assertThat(old.refCnt()).isPositive();
      ReferenceCountUtil.release(two);
      assertThat(old.refCnt()).isZero();
      ReferenceCountUtil.release(three);
      assertThat(look(context.forEngines()).refCnt()).isPositive();
    }
  }

  @Test
  void closingFreesWhatNoEngineUses() {
    NativeSpiffeSslContext context = context();
    SSLEngine engine = context.newEngine(allocator);
    ReferenceCountedOpenSslContext engines = look(context.forEngines());
    ReferenceCountedOpenSslContext handlers = look(context.forHandlers());

    context.close();
    context.close();

    assertThat(handlers.refCnt()).isZero();
    assertThat(engines.refCnt()).isPositive();
    ReferenceCountUtil.release(engine);
    assertThat(engines.refCnt()).isZero();
    assertThatThrownBy(() -> context.newEngine(allocator))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> context.newHandler(allocator))
        .isInstanceOf(IllegalStateException.class);
  }

  static List<NettyCase> natives() {
    return NettyCase.nativeOnly().toList();
  }

  @ParameterizedTest
  @MethodSource("natives")
  @DisplayName("after rotations under real connections nothing of any generation is left")
  void nothingIsLeftAfterRealConnections(NettyCase how) throws Exception {
    List<ReferenceCountedOpenSslContext> seen = new ArrayList<>();
    try (SpiffeSslContext clients = how.clients(tls);
        NativeSpiffeSslContext servers = (NativeSpiffeSslContext) how.servers(tls)) {
      try (NettyLink link = new NettyLink(how.use(), "TLSv1.3", clients, servers)) {
        for (int i = 0; i < ROTATIONS; i++) {
          link.connect().outcome().assertEstablished();
          for (SpiffeSslContext context : List.of(clients, servers)) {
            NativeSpiffeSslContext side = (NativeSpiffeSslContext) context;
            seen.add(
                look(how.use() == NettyLink.Use.HANDLER ? side.forHandlers() : side.forEngines()));
          }
          rotate();
        }
      }
    }
    assertThat(seen).hasSize(2 * ROTATIONS).doesNotHaveDuplicates();
    assertThat(seen).allSatisfy(context -> assertThat(context.refCnt()).isZero());
  }
}
