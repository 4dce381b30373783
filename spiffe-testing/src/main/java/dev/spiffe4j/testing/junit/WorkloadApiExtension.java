package dev.spiffe4j.testing.junit;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.testing.FakeWorkloadApi;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.testing.WorkloadApiFixture;
import dev.spiffe4j.workloadapi.WorkloadApiAddress;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Starts a Workload API for tests (Linux only) and gives it as a parameter: a {@link
 * WorkloadApiFixture}, or its {@link WorkloadApiAddress}, {@link FakeWorkloadApi} or {@link
 * TestTrustDomain}. Tests may run in parallel.
 *
 * <pre>{@code
 * @ExtendWith(WorkloadApiExtension.class)                  // one for each test, of example.org
 * class ServiceTest {
 *   @Test
 *   void followsRotation(WorkloadApiFixture spiffe) { ... }
 * }
 * }</pre>
 *
 * <pre>{@code
 * @RegisterExtension                                       // one for all tests of the class
 * static final WorkloadApiExtension spiffe = WorkloadApiExtension.perClass("prod.example");
 * }</pre>
 */
@SuppressWarnings("exports") // who uses it has JUnit
public final class WorkloadApiExtension
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        ParameterResolver {
  private static final Map<Class<?>, Function<WorkloadApiFixture, Object>> PARAMETERS =
      Map.of(
          WorkloadApiFixture.class, fixture -> fixture,
          WorkloadApiAddress.class, WorkloadApiFixture::address,
          FakeWorkloadApi.class, WorkloadApiFixture::api,
          TestTrustDomain.class, WorkloadApiFixture::trustDomain);

  private final String trustDomain;
  private final boolean isPerClass;

  /** One Workload API for each test, of the trust domain {@code example.org}. */
  public WorkloadApiExtension() {
    this("example.org", false);
  }

  private WorkloadApiExtension(String trustDomain, boolean isPerClass) {
    this.trustDomain = requireNonNull(trustDomain, "trustDomain");
    this.isPerClass = isPerClass;
  }

  /**
   * One Workload API for each test.
   *
   * @param trustDomain such as {@code example.org}
   * @return the extension
   */
  public static WorkloadApiExtension perMethod(String trustDomain) {
    return new WorkloadApiExtension(trustDomain, false);
  }

  /**
   * One Workload API for all tests of a class, for a static field.
   *
   * @param trustDomain such as {@code example.org}
   * @return the extension
   */
  public static WorkloadApiExtension perClass(String trustDomain) {
    return new WorkloadApiExtension(trustDomain, true);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    if (isPerClass) {
      start(context);
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    if (!isPerClass) {
      start(context);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (!isPerClass) {
      stop(context);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (isPerClass) {
      stop(context);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return PARAMETERS.containsKey(parameter.getParameter().getType()) && fixture(context) != null;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    WorkloadApiFixture fixture = requireNonNull(fixture(context), "no Workload API runs yet");
    return requireNonNull(PARAMETERS.get(parameter.getParameter().getType())).apply(fixture);
  }

  private void start(ExtensionContext context) {
    store(context).put(WorkloadApiFixture.class, WorkloadApiFixture.start(trustDomain));
  }

  private void stop(ExtensionContext context) {
    WorkloadApiFixture fixture =
        store(context).remove(WorkloadApiFixture.class, WorkloadApiFixture.class);
    if (fixture != null) {
      fixture.close();
    }
  }

  private @Nullable WorkloadApiFixture fixture(ExtensionContext context) {
    return store(context).get(WorkloadApiFixture.class, WorkloadApiFixture.class);
  }

  /** Of this extension alone, as a class may have several. */
  private ExtensionContext.Store store(ExtensionContext context) {
    return context.getStore(Namespace.create(this));
  }
}
