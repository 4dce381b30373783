package dev.spiffe4j.tls;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("SVID, intermediate and root rotate under 100 connections of Netty")
class NettyRotationUnderLoadTest {
  private final RotationLoad load = new RotationLoad();

  @ParameterizedTest
  @EnumSource(names = {"NETTY_JDK", "NETTY_NATIVE", "GRPC_JDK", "GRPC_NATIVE"})
  void noneFailsAndEachSeesEachRotation(LiveStack stack) throws Exception {
    try (Peers peers = stack.peers(load.client().tls(), load.server().tls())) {
      load.run(peers::meet);
    }
  }
}
