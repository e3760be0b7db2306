package org.networkfission;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/** Dependencies point one way: spark-jobs, model, dataset-prep. */
@AnalyzeClasses(
    packages = "org.networkfission",
    importOptions = {ImportOption.DoNotIncludeTests.class, DependencyTest.NoTestJars.class})
class DependencyTest {
  /** Without what a module's tests lend to another's. */
  static final class NoTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static final ArchRule prepKnowsNeitherModelNorJobs =
      noClasses()
          .that()
          .resideInAPackage("org.networkfission.prep..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.networkfission.model..", "org.networkfission.jobs..");

  @ArchTest
  static final ArchRule modelKnowsNoJobs =
      noClasses()
          .that()
          .resideInAPackage("org.networkfission.model..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.networkfission.jobs..");

  @ArchTest
  static final ArchRule sparkIsKnownToJobsAlone =
      noClasses()
          .that()
          .resideOutsideOfPackages("org.networkfission.jobs..", "org.networkfission.api")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.spark..");

  @ArchTest
  static final ArchRule nothingOfTheProductUsesItsApi =
      classes()
          .that()
          .resideInAPackage("org.networkfission.api")
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAPackage("org.networkfission.api");

  @ArchTest
  static final ArchRule prepKnowsNoTensors =
      noClasses()
          .that()
          .resideInAPackage("org.networkfission.prep..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..", "org.bytedeco..");

  @ArchTest
  static final ArchRule configurationKnowsNoJob =
      noClasses()
          .that()
          .resideInAPackage("org.networkfission.jobs.config..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.networkfission.jobs..")
                  .and(not(resideInAPackage("org.networkfission.jobs.config.."))));

  @ArchTest
  static final ArchRule jobsDoNotKnowTheListOfAllSettings =
      classes()
          .that()
          .resideInAPackage("org.networkfission.jobs.settings..")
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAnyPackage(
              "org.networkfission.jobs.settings..",
              "org.networkfission.jobs.study..",
              "org.networkfission.jobs.cli..");

  @ArchTest
  static final ArchRule onlyCommandsKnowTheCommandLine =
      classes()
          .that()
          .resideInAPackage("org.networkfission.jobs.cli..")
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAPackage("org.networkfission.jobs.cli..");

  @ArchTest
  static final ArchRule sparksNetworkLibraryIsKnownToTheExchangeAndTheLogAlone =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "org.networkfission.jobs.train.collective", "org.networkfission.jobs.train.log")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark.network..", "org.apache.spark.rpc..", "io.netty..");

  @ArchTest
  static final ArchRule packagesOfPrepAreFreeOfCycles =
      SlicesRuleDefinition.slices()
          .assignedFrom(eachPackage("org.networkfission.prep."))
          .should()
          .beFreeOfCycles();

  @ArchTest
  static final ArchRule packagesOfModelAreFreeOfCycles =
      SlicesRuleDefinition.slices()
          .assignedFrom(eachPackage("org.networkfission.model."))
          .should()
          .beFreeOfCycles();

  @ArchTest
  static final ArchRule oneDnnIsKnownToItsBackEndAlone =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.networkfission.model.backend.onednn..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bytedeco.dnnl..");

  @ArchTest
  static final ArchRule operationsOfNd4jByNameAreKnownToItsBackEndAlone =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.networkfission.model.backend.nd4j..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.nd4j.linalg.api.ops.DynamicCustomOp");

  @ArchTest
  static final ArchRule oneDnnsBackEndDoesNotKnowNd4js =
      noClasses()
          .that()
          .resideInAPackage("org.networkfission.model.backend.onednn..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.networkfission.model.backend.nd4j..");

  @ArchTest
  static final ArchRule nd4jsBackEndDoesNotKnowOneDnns =
      noClasses()
          .that()
          .resideInAPackage("org.networkfission.model.backend.nd4j..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.networkfission.model.backend.onednn..");

  @ArchTest
  static final ArchRule operationsKnowNothingThatComputesThem =
      noClasses()
          .that()
          .resideInAPackage("org.networkfission.model.op..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.networkfission.model.backend..",
              "org.nd4j.linalg..",
              "org.deeplearning4j..",
              "org.bytedeco..");

  @ArchTest
  static final ArchRule packagesOfJobsAreFreeOfCycles =
      SlicesRuleDefinition.slices()
          .matching("org.networkfission.jobs.(*)..")
          .should()
          .beFreeOfCycles();

  @ArchTest
  static final ArchRule packagesWithinPackagesOfJobsAreFreeOfCycles =
      SlicesRuleDefinition.slices()
          .assignedFrom(eachPackage("org.networkfission.jobs."))
          .should()
          .beFreeOfCycles();

  /** Every package is a slice of its own, one within another too. */
  private static SliceAssignment eachPackage(String beginning) {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return type.getPackageName().startsWith(beginning)
            ? SliceIdentifier.of(type.getPackageName())
            : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "each package of " + beginning;
      }
    };
  }
}
