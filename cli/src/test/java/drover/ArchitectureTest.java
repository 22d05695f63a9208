package drover;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the modules, and what no module may do. */
@AnalyzeClasses(packages = "drover", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule arrowsPointOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("drover..")
          .withOptionalLayers(true)
          .layer("cli")
          .definedBy("drover.cli..")
          .layer("bench")
          .definedBy("drover.bench..")
          .layer("demo")
          .definedBy("drover.demo..")
          .layer("steering")
          .definedBy("drover.steering..")
          .layer("engine")
          .definedBy("drover.engine..")
          .layer("tokenizer")
          .definedBy("drover.tokenizer..")
          .layer("kernels")
          .definedBy("drover.kernels..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("bench")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("demo")
          .mayOnlyBeAccessedByLayers("bench", "cli")
          .whereLayer("steering")
          .mayOnlyBeAccessedByLayers("bench", "cli")
          .whereLayer("engine")
          .mayOnlyBeAccessedByLayers("steering", "demo", "bench", "cli")
          .whereLayer("tokenizer")
          .mayOnlyBeAccessedByLayers("engine", "steering", "bench", "cli")
          .whereLayer("kernels")
          .mayOnlyBeAccessedByLayers("engine", "steering", "bench", "cli");

  @ArchTest
  static final ArchRule steeringSeesNoDevicesInternals =
      noClasses()
          .that()
          .resideInAPackage("drover.steering..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("drover.kernels.(*)..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("drover.(**)").should().beFreeOfCycles().allowEmptyShould(true);

  @ArchTest
  static final ArchRule onlyTheCommandWritesToTheTerminal =
      noClasses()
          .that()
          .resideOutsideOfPackage("drover.cli..")
          .should(ACCESS_STANDARD_STREAMS.or(dependOnClassesThat(equivalentTo(IO.class))))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule noMutableStatics =
      fields().that().areStatic().should().beFinal().allowEmptyShould(true);

  @ArchTest
  static final ArchRule loggingIsSystemLogger =
      noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging..");
}
