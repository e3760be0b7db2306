package org.networkfission.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What programs may use, type by type: whoever adds one promises to keep it. */
class PublicApiTest {
  private static final String PRODUCT = "org.networkfission.";

  @Test
  void theApiIsTheseTypes() throws URISyntaxException {
    NavigableSet<String> types = new TreeSet<>();
    Path classes =
        Path.of(Predictors.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    for (JavaClass type :
        new ClassFileImporter().importPath(classes.resolve("org/networkfission/api"))) {
      if (type.getModifiers().contains(JavaModifier.PUBLIC)) {
        types.add(type.getName());
        type.getMethods().stream()
            .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
            .flatMap(PublicApiTest::types)
            .map(JavaClass::getName)
            .filter(name -> name.startsWith(PRODUCT))
            .forEach(types::add);
      }
    }

    assertThat(types)
        .containsExactly(
            "org.networkfission.api.ImagePrediction",
            "org.networkfission.api.ImagePredictor",
            "org.networkfission.api.NetworkFissionModel",
            "org.networkfission.api.Predictors",
            "org.networkfission.model.task.DisparityMap",
            "org.networkfission.prep.frame.DepthMap",
            "org.networkfission.prep.frame.LabelMap",
            "org.networkfission.prep.frame.NormalMap");
  }

  private static Stream<JavaClass> types(JavaMethod method) {
    return Stream.concat(Stream.of(method.getReturnType()), method.getParameterTypes().stream())
        .flatMap(type -> type.getAllInvolvedRawTypes().stream())
        .map(JavaClass::getBaseComponentType); // An array is of its elements.
  }
}
