package dev.spiffe4j.examples.postgresql;

import dev.spiffe4j.SvidFiles;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.workloadapi.X509Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;

/** Both ends of a connection: the JDBC driver's, and the files that the server reads. */
final class Postgresql {
  private static final String HOW =
      "SELECT version, client_serial FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

  private Postgresql() {}

  /** How the connection is secured, and by which SVID of ours, as the server sees it. */
  static String askHow(String url) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        ResultSet how = connection.createStatement().executeQuery(HOW)) {
      how.next();
      return how.getString(1) + ", client's serial " + how.getString(2);
    }
  }

  /** Writes an SVID where the server looks for it, and tells the server, if it runs. */
  static void update(X509Context context, Path files, Path data) {
    SvidFiles.of(files).save(context);
    Path pidFile = data.resolve("postmaster.pid");
    if (Files.exists(pidFile)) {
      hangUp(pidFile);
    }
  }

  /** As {@code pg_ctl reload} does. */
  private static void hangUp(Path pidFile) {
    try {
      String pid = Files.readAllLines(pidFile).get(0);
      new ProcessBuilder("kill", "-HUP", pid).inheritIO().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("client")) {
      System.out.println(askHow(arguments[1]));
      return;
    }
    try (X509Source source = X509Source.connect()) {
      source.subscribe(context -> update(context, Path.of(arguments[1]), Path.of(arguments[2])));
      new CountDownLatch(1).await();
    }
  }
}
