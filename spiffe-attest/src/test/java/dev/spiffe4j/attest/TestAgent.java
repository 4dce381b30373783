package dev.spiffe4j.attest;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.attest.node.NodeAttestationClient;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.List;

/** The least that an agent is: an SVID, and the calls that it authenticates. */
public final class TestAgent implements X509ContextSource, AutoCloseable {
  private final NodeApi nodeApi;
  private final AgentApi api;
  private volatile X509Context context;

  private TestAgent(NodeApi nodeApi, X509Svid svid) {
    this.nodeApi = nodeApi;
    this.context = context(svid);
    this.api = nodeApi.agentApi(this);
  }

  public static TestAgent attest(NodeApi nodeApi, NodeAttestationClient attestor) {
    return new TestAgent(nodeApi, attestedSvid(nodeApi, attestor));
  }

  public static TestAgent of(NodeApi nodeApi, X509Svid svid) {
    return new TestAgent(nodeApi, svid);
  }

  private static X509Svid attestedSvid(NodeApi nodeApi, NodeAttestationClient attestor) {
    KeyPair keys = TestRequests.keys();
    NodeApi.AgentSvid svid = nodeApi.attestAgent(attestor, TestRequests.csr(keys));
    return X509Svid.of(keys.getPrivate(), svid.chain());
  }

  public static NodeAttestationClient joinToken(String value) {
    return client("join_token", value.getBytes(StandardCharsets.UTF_8));
  }

  public static NodeAttestationClient client(String type, byte[] payload) {
    return new NodeAttestationClient() {
      @Override
      public String type() {
        return type;
      }

      @Override
      public byte[] payload() {
        return payload.clone();
      }

      @Override
      public byte[] answer(byte[] challenge) {
        // What the attestor of the tests expects: the challenge, backwards.
        byte[] answer = new byte[challenge.length];
        for (int i = 0; i < answer.length; i++) {
          answer[i] = challenge[challenge.length - 1 - i];
        }
        return answer;
      }
    };
  }

  private X509Context context(X509Svid svid) {
    return X509Context.of(List.of(svid), List.of(nodeApi.bundle().x509Bundle()));
  }

  public AgentApi api() {
    return api;
  }

  public SpiffeId id() {
    return svid().spiffeId();
  }

  public X509Svid svid() {
    return context.x509Svid();
  }

  /** Gets a renewed SVID without using it. */
  public X509Svid renew() {
    KeyPair keys = TestRequests.keys();
    return X509Svid.of(keys.getPrivate(), api.renewAgent(TestRequests.csr(keys)));
  }

  public void use(X509Svid svid) {
    context = context(svid);
  }

  @Override
  public X509Context x509Context() {
    return context;
  }

  @Override
  public void close() {
    api.close();
  }
}
