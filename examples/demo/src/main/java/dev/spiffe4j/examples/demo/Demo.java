package dev.spiffe4j.examples.demo;

import static dev.spiffe4j.examples.demo.StepFailed.unless;

import dev.spiffe4j.attest.authority.AuthorityRotation;
import dev.spiffe4j.attest.authority.AuthorityRotation.State;
import dev.spiffe4j.attest.authority.AuthorityRotation.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The main job on one machine: real processes get, or are refused, real identities for what the
 * kernel says they are. Ends with exit code 0 only if every step was verified.
 */
public final class Demo {
  /** Held, because loggers that nobody holds forget their level. */
  private static final Logger LOGGER = Logger.getLogger("dev.spiffe4j");

  private final Transcript transcript;
  private final Stage stage;

  private Demo(Transcript transcript, Stage stage) {
    this.transcript = transcript;
    this.stage = stage;
  }

  /**
   * Runs the demo.
   *
   * @param args none
   * @throws Exception if a step failed
   */
  public static void main(String[] args) throws Exception {
    LOGGER.setLevel(Level.WARNING);
    Transcript transcript = new Transcript(System.out);
    transcript.title("spiffe4j: real processes get real identities");
    try (Stage stage = Stage.set()) {
      new Demo(transcript, stage).play();
    }
    transcript.title("all " + transcript.steps() + " steps were verified");
  }

  private void play() throws Exception {
    serverAndAgent();
    ChildProcess billing = startBilling();
    ChildProcess web = startWeb(billing.await("listening").value("port"));
    mutualTls(web);
    rotation(web, billing);
    token(web, billing);
    stranger();
    impostor(web, billing.await("listening").value("port"));
    death(web);
  }

  private void serverAndAgent() {
    transcript.step("An identity server and an agent");
    transcript.says("trust domain     %s".formatted(Stage.TRUST_DOMAIN));
    transcript.says(
        "node API         %s (gRPC, TLS)".formatted(stage.server.nodeApiAddress().orElseThrow()));
    transcript.says("workload API     unix://%s".formatted(stage.socket()));
    transcript.says("processes differ in %s".formatted(stage.casting().means()));
    unless(stage.agent.health().isHealthy(), "the agent is not healthy");
    unless(stage.server.nodes().find(stage.agentId).isPresent(), "the server knows no agent");
    transcript.verified("the agent proved its node with a join token, and is known to the server");
    transcript.says(
        "entry            %s if %s".formatted(Stage.id("billing"), selector("billing")));
    transcript.says("entry            %s if %s".formatted(Stage.id("web"), selector("web")));
    unless(stage.agent.health().entries() == 2, "the agent has other entries");
    transcript.verified("the agent has both entries, and keys of its own for them");
  }

  private String selector(String role) {
    return stage.casting().selector(role).toString();
  }

  private ChildProcess startBilling() throws Exception {
    transcript.step("A process asks who it is: billing");
    ChildProcess billing = stage.start("billing");
    verifyIdentity(billing, "billing");
    return billing;
  }

  private ChildProcess startWeb(String port) throws Exception {
    transcript.step("Another one: web");
    ChildProcess web = stage.start("web", port);
    verifyIdentity(web, "web");
    return web;
  }

  private void verifyIdentity(ChildProcess process, String role) throws InterruptedException {
    Event identity = process.await("identity");
    String id = identity.value("id");
    unless(id.equals(Stage.id(role).toString()), role + " was given " + id);
    transcript.verified(
        "process %d is %s, serial %s".formatted(process.pid(), id, identity.value("serial")));
  }

  private void mutualTls(ChildProcess web) throws InterruptedException {
    transcript.step("They talk mutual TLS, and know each other by SPIFFE ID");
    Event request = web.await("request");
    verifyPeers(request);
    transcript.verified("web speaks to %s".formatted(request.value("server")));
    transcript.verified("billing speaks to %s".formatted(request.value("client")));
  }

  private static void verifyPeers(Event request) {
    unless(request.value("ok").equals("true"), "a request failed: " + request);
    unless(request.value("server").equals(Stage.id("billing").toString()), "server: " + request);
    unless(request.value("client").equals(Stage.id("web").toString()), "client: " + request);
  }

  private void rotation(ChildProcess web, ChildProcess billing) throws InterruptedException {
    transcript.step("The authority and all SVIDs are replaced while requests run");
    int begin = web.events().size();
    Event before = web.await(begin, event -> event.kind().equals("request"), "a request before");

    AuthorityRotation authority = stage.server.x509Authority();
    Status prepared = authority.prepare();
    transcript.says("prepared         authority %s".formatted(prepared.authorityId()));
    for (ChildProcess process : List.of(web, billing)) {
      process.await(
          0,
          event -> event.kind().equals("update") && event.value("authorities").equals("2"),
          "an update with two authorities");
    }
    transcript.verified("both processes trust it before it signs anything");

    authority.activate();
    authority.taint(old(authority).authorityId());
    transcript.says("activated        the old one is tainted, so that all SVIDs are replaced now");
    Event after =
        web.await(
            begin,
            event ->
                event.kind().equals("request")
                    && changed(before, event, "serverSerial")
                    && changed(before, event, "clientSerial"),
            "a request with new serials on both sides");
    verifyPeers(after);
    transcript.verified(
        "web sees billing's new serial   %s".formatted(after.value("serverSerial")));
    transcript.verified(
        "billing sees web's new serial   %s".formatted(after.value("clientSerial")));
    verifyNoRequestFailed(web, begin);
  }

  private static Status old(AuthorityRotation authority) {
    return authority.authorities().stream()
        .filter(status -> status.state() == State.OLD)
        .findFirst()
        .orElseThrow(() -> new StepFailed("there is no old authority"));
  }

  private static boolean changed(Event before, Event after, String key) {
    return after.value("ok").equals("true") && !after.value(key).equals(before.value(key));
  }

  private void verifyNoRequestFailed(ChildProcess web, int begin) {
    List<Event> requests =
        web.events().stream().skip(begin).filter(e -> e.kind().equals("request")).toList();
    requests.forEach(Demo::verifyPeers);
    transcript.verified("%d requests meanwhile, none failed".formatted(requests.size()));
  }

  private void token(ChildProcess web, ChildProcess billing) throws Exception {
    transcript.step("web proves itself with a JWT-SVID");
    web.tell("token");
    String fetched = web.await("fetched").value("subject");
    String validated = billing.await("token").value("subject");
    String answered = web.await("answer").value("subject");
    unless(fetched.equals(Stage.id("web").toString()), "the token is of " + fetched);
    unless(validated.equals(fetched) && answered.equals(fetched), "billing saw " + validated);
    transcript.verified("billing had it validated by its Workload API: %s".formatted(validated));
  }

  private void stranger() throws Exception {
    transcript.step("A stranger, whom no entry fits");
    ChildProcess stranger = stage.start("stranger");
    verifyRefused(stranger);
  }

  private void impostor(ChildProcess web, String port) throws Exception {
    transcript.step("An impostor, with the name, the arguments and the environment of web");
    ChildProcess impostor = stage.startImpostor("web", port);
    Event refused = impostor.await("refused");
    unless(same(web, impostor, "cmdline"), "the impostor has other arguments than web");
    unless(same(web, impostor, "environ"), "the impostor has another environment than web");
    transcript.verified("its arguments and environment are those of web, byte for byte");
    verifyRefused(impostor, refused);
  }

  /** Compared as the kernel shows them. */
  private static boolean same(ChildProcess one, ChildProcess other, String file)
      throws IOException {
    return proc(one, file).equals(proc(other, file));
  }

  private static String proc(ChildProcess process, String file) throws IOException {
    Path path = Path.of("/proc", Long.toString(process.pid()), file);
    return new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
  }

  private void verifyRefused(ChildProcess process) throws InterruptedException {
    verifyRefused(process, process.await("refused"));
  }

  private void verifyRefused(ChildProcess process, Event refused) {
    String reason = refused.value("reason");
    unless(reason.equals("NO_IDENTITY"), process.name() + " was refused for " + reason);
    unless(
        process.events().stream().noneMatch(event -> event.kind().equals("identity")),
        process.name() + " got an identity");
    transcript.verified("process %d is refused: %s".formatted(process.pid(), reason));
  }

  private void death(ChildProcess web) throws InterruptedException {
    transcript.step("web dies");
    int before = stage.agent.health().streams();
    web.kill();
    unless(!web.isAlive(), "web lives");
    int after = stage.awaitHealth(health -> health.streams() < before, "fewer streams").streams();
    transcript.verified("the agent's open streams went from %d to %d".formatted(before, after));
  }
}
