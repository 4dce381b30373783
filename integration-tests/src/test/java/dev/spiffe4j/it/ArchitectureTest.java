package dev.spiffe4j.it;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Holds the directions of the modules and the rules that all code keeps. */
class ArchitectureTest {
  private static final String CORE = "dev.spiffe4j";
  private static final String DER = "dev.spiffe4j.der";
  private static final String JWT = "dev.spiffe4j.jwt..";
  private static final String TLS = "dev.spiffe4j.tls..";
  private static final String WORKLOAD_API = "dev.spiffe4j.workloadapi..";
  private static final String ATTEST = "dev.spiffe4j.attest..";
  private static final String TESTING = "dev.spiffe4j.testing..";

  private static final DescribedPredicate<JavaClass> OURS = resideInAPackage("dev.spiffe4j..");
  private static final DescribedPredicate<JavaClass> GENERATED =
      resideInAnyPackage("dev.spiffe4j.workloadapi.proto..", "dev.spiffe4j.attest.proto..");

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.spiffe4j");

  @Test
  @DisplayName("every module is really looked at")
  void everyModuleIsSeen() {
    for (String module : new String[] {CORE, DER, JWT, TLS, WORKLOAD_API, ATTEST, TESTING}) {
      assertThat(MAIN.that(resideInAPackage(module))).as(module).isNotEmpty();
    }
  }

  @Test
  @DisplayName("core uses the JDK and nothing else")
  void coreUsesTheJdkOnly() {
    classes()
        .that()
        .resideInAnyPackage(CORE, DER)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(CORE, DER, "java..", "javax.security..", "org.jspecify..")
        .check(MAIN);
  }

  @Test
  @DisplayName("jwt uses core")
  void jwtUsesCore() {
    uses(JWT, CORE, JWT);
  }

  @Test
  @DisplayName("tls uses core")
  void tlsUsesCore() {
    uses(TLS, CORE, TLS);
  }

  @Test
  @DisplayName("workloadapi uses core and jwt")
  void workloadApiUsesCoreAndJwt() {
    uses(WORKLOAD_API, CORE, JWT, WORKLOAD_API);
  }

  @Test
  @DisplayName("testing uses core, jwt and workloadapi")
  void testingUsesCoreJwtAndWorkloadApi() {
    uses(TESTING, CORE, JWT, WORKLOAD_API, TESTING);
  }

  @Test
  @DisplayName("attest uses core, jwt, tls and workloadapi")
  void attestUsesTheOthers() {
    uses(ATTEST, CORE, DER, JWT, TLS, WORKLOAD_API, ATTEST);
  }

  private static void uses(String module, String... allowed) {
    noClasses()
        .that()
        .resideInAPackage(module)
        .should()
        .dependOnClassesThat(OURS.and(not(resideInAnyPackage(allowed))))
        .check(MAIN);
  }

  @Test
  @DisplayName("gRPC and Netty enter at workloadapi, attest and the adapters of tls only")
  void grpcStaysWhereItIs() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE, JWT, "dev.spiffe4j.tls")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.grpc..", "io.netty..", "com.google.protobuf..")
        .check(MAIN);
  }

  @Test
  @DisplayName("frameworks enter at the adapters of tls only, each at its own")
  void frameworksStayWhereTheyAre() {
    staysIn("dev.spiffe4j.tls.kafka", "org.apache.kafka..");
    staysIn("dev.spiffe4j.tls.spring", "org.springframework..");
    staysIn("dev.spiffe4j.tls.tomcat", "org.apache.catalina..", "org.apache.tomcat..", "jakarta..");
  }

  private static void staysIn(String adapter, String... framework) {
    noClasses()
        .that()
        .resideOutsideOfPackage(adapter)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(framework)
        .check(MAIN);
    assertThat(MAIN.that(resideInAPackage(adapter))).as(adapter).isNotEmpty();
  }

  @Test
  @DisplayName("messages of the wire stop at the edge: no store, authority or attestor sees one")
  void wireTypesStopAtTheEdge() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.spiffe4j.attest",
            "dev.spiffe4j.attest.authority..",
            "dev.spiffe4j.attest.store..",
            "dev.spiffe4j.attest.workload..",
            "dev.spiffe4j.attest.node..")
        .should()
        .dependOnClassesThat(GENERATED)
        .check(MAIN);
  }

  @Test
  @DisplayName("time is passed in")
  void timeIsPassedIn() {
    noClasses()
        .that(not(GENERATED))
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callConstructor(Date.class)
        .check(MAIN);
  }

  @Test
  @DisplayName("no code ends the process, sleeps, or changes its providers and properties")
  void noProcessWideEffects() {
    noClasses()
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(System.class, "setProperty", String.class, String.class)
        .orShould()
        .callMethod(java.security.Security.class, "addProvider", java.security.Provider.class)
        .orShould()
        .callMethod(
            java.security.Security.class,
            "insertProviderAt",
            java.security.Provider.class,
            int.class)
        .check(MAIN);
  }

  @Test
  @DisplayName("no drawers: no Utils, Helper, Impl, Common or Manager but KeyManager")
  void noDrawers() {
    noClasses()
        .that(not(GENERATED))
        .should()
        .haveSimpleNameEndingWith("Utils")
        .orShould()
        .haveSimpleNameEndingWith("Util")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Impl")
        .orShould()
        .haveSimpleNameStartingWith("Common")
        .check(MAIN);
    classes()
        .that(not(GENERATED))
        .and()
        .haveSimpleNameEndingWith("Manager")
        .should()
        .haveNameMatching(".*(Key|Trust)Manager")
        .check(MAIN);
  }
}
