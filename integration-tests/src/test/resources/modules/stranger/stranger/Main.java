package stranger;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Shakes hands by names that could stand in any framework's configuration. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    SSLContext context = SSLContext.getInstance("SPIFFE");
    context.init(null, null, null);
    shakeHands("provider", context.getSocketFactory(), port);

    Object factory =
        Class.forName("dev.spiffe4j.tls.SpiffeSocketFactory").getConstructor().newInstance();
    shakeHands("factory", (SSLSocketFactory) factory, port);
    String named = factory.getClass().getModule().isNamed() ? "named" : "unnamed";
    System.out.println("module " + named);
  }

  private static void shakeHands(String what, SSLSocketFactory factory, int port)
      throws Exception {
    try (SSLSocket socket =
        (SSLSocket) factory.createSocket(InetAddress.getLoopbackAddress(), port)) {
      socket.startHandshake();
      socket.getInputStream().read();
      X509Certificate server = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      Collection<List<?>> names = server.getSubjectAlternativeNames();
      System.out.println(what + " " + names.iterator().next().get(1));
    }
  }
}
