package org.networkfission.model.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The numbers that the CUDA back end knows are those of NVIDIA's headers, from which JavaCPP's
 * classes were generated. Those are read, not loaded: they would load the libraries.
 */
class ConstantsTest {
  @ParameterizedTest
  @CsvSource({"driver, '', cudart", "cudnn, CUDNN_, cudnn", "nccl, nccl, nccl"})
  void areThoseOfTheHeaders(String where, String prefix, String headers) throws Exception {
    Map<String, Integer> known = new HashMap<>();
    for (Field field :
        Class.forName(ConstantsTest.class.getPackageName() + "." + where + ".Constants")
            .getDeclaredFields()) {
      field.setAccessible(true);
      known.put(plain(prefix + field.getName()), field.getInt(null));
    }

    assertThat(known).hasSizeGreaterThan(1);
    assertThat(constants("org/bytedeco/cuda/global/%s.class".formatted(headers)))
        .containsAllEntriesOf(known);
  }

  /** A name however it is written: NCCL's constants are not in capitals. */
  private static String plain(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }

  private static Map<String, Integer> constants(String file) throws IOException {
    Map<String, Integer> constants = new HashMap<>();
    ClassVisitor visitor =
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public FieldVisitor visitField(
              int access, String name, String descriptor, String signature, Object value) {
            if (value instanceof Integer number) {
              constants.put(plain(name), number);
            }
            return null;
          }
        };
    try (InputStream in = ConstantsTest.class.getClassLoader().getResourceAsStream(file)) {
      new ClassReader(in).accept(visitor, ClassReader.SKIP_CODE);
    }
    return constants;
  }
}
