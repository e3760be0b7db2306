package org.networkfission.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigMemorySize;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.settings.InvalidSettings;

/**
 * Makes records of settings from a HOCON tree. A record component {@code maxSteps} is the key
 * {@code max-steps}; nested records are nested objects. What cannot be bound is collected, not
 * thrown.
 *
 * <p>Component types: int, long, double, boolean, String, enums (in kebab case), {@link Duration},
 * {@link ConfigMemorySize}, {@link Config} for an object that is bound elsewhere, records (of one
 * number too, where they have a static method {@code of(int)}), and {@link List}, {@link Map} (by
 * string or enum) and {@link Optional} of those. A list may be given as text with commas.
 */
final class RecordBinder {
  private final List<String> problems = new ArrayList<>();

  List<String> problems() {
    return problems;
  }

  /** Binds a whole tree; empty if there were problems. */
  <T extends Record> Optional<T> bind(Config config, Class<T> type) {
    Object bound = bindRecord("", config.root(), type);
    return problems.isEmpty() ? Optional.of(type.cast(bound)) : Optional.empty();
  }

  private Object bindRecord(String path, ConfigObject object, Class<?> type) {
    Map<String, RecordComponent> components = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      components.put(kebab(component.getName()), component);
    }
    for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(object).entrySet()) {
      if (!components.containsKey(entry.getKey())) {
        problems.add(
            "unknown key %s (%s)%s"
                .formatted(
                    join(path, entry.getKey()),
                    where(entry.getValue().origin()),
                    NearestName.of(entry.getKey(), components.keySet())
                        .map(near -> "; the nearest known key is " + join(path, near))
                        .orElse("")));
      }
    }
    int before = problems.size();
    List<Object> arguments = new ArrayList<>();
    for (Map.Entry<String, RecordComponent> entry : components.entrySet()) {
      arguments.add(
          bindValue(
              join(path, entry.getKey()),
              object.get(entry.getKey()),
              entry.getValue().getGenericType()));
    }
    return problems.size() > before ? null : construct(path, object, type, arguments);
  }

  private Object construct(
      String path, ConfigObject object, Class<?> type, List<Object> arguments) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof InvalidSettings invalid) {
        for (InvalidSettings.Problem problem : invalid.problems()) {
          String key = kebab(problem.component());
          ConfigValue value = object.get(key);
          problems.add(
              "%s = %s: must be %s (%s)"
                  .formatted(
                      join(path, key),
                      shown(value, problem.value()),
                      problem.allowed(),
                      where(value == null ? object.origin() : value.origin())));
        }
        return null;
      }
      throw new IllegalStateException("Cannot make " + type.getName(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot make " + type.getName(), e);
    }
  }

  /** A value as it was given, or else as one would give it. */
  private static String shown(ConfigValue given, Object bound) {
    if (given != null && !(given instanceof ConfigObject)) {
      return given.valueType() == ConfigValueType.STRING
          ? String.valueOf(given.unwrapped())
          : given.render(ConfigRenderOptions.concise());
    }
    return given == null || !(bound instanceof Record)
        ? String.valueOf(bound)
        : given.render(ConfigRenderOptions.concise());
  }

  private Object bindValue(String path, ConfigValue value, Type type) {
    Class<?> raw = rawClass(type);
    if (raw == Optional.class) {
      return value == null || value.valueType() == ConfigValueType.NULL
          ? Optional.empty()
          : Optional.ofNullable(bindValue(path, value, argument(type, 0)));
    }
    if (value == null || value.valueType() == ConfigValueType.NULL) {
      problems.add(ConfigException.missing(path));
      return null;
    }
    if (raw.isRecord()) {
      if (value instanceof ConfigObject object) {
        return bindRecord(path, object, raw);
      }
      Optional<Method> of = ofNumber(raw);
      return of.isPresent()
          ? bindNumber(path, value, of.get())
          : wrong(path, value, "an object {...}");
    }
    if (raw == Config.class) {
      return value instanceof ConfigObject object
          ? object.toConfig()
          : wrong(path, value, "an object {...}");
    }
    if (raw == List.class) {
      return bindList(path, value, argument(type, 0));
    }
    if (raw == Map.class) {
      return bindMap(path, value, argument(type, 0), argument(type, 1));
    }
    if (raw.isEnum()) {
      return bindEnum(path, value, raw);
    }
    return bindScalar(path, value, MethodType.methodType(raw).wrap().returnType());
  }

  /** What makes such a record of one number, where it may be given as one. */
  private static Optional<Method> ofNumber(Class<?> type) {
    try {
      return Optional.of(type.getMethod("of", int.class));
    } catch (NoSuchMethodException e) {
      return Optional.empty();
    }
  }

  private Object bindNumber(String path, ConfigValue value, Method of) {
    Object number = bindScalar(path, value, Integer.class);
    try {
      return number == null ? null : of.invoke(null, number);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof InvalidSettings invalid) {
        return wrong(path, value, invalid.problems().get(0).allowed());
      }
      throw new IllegalStateException("Cannot make a record of " + number, e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("Cannot make a record of " + number, e);
    }
  }

  private Object bindScalar(String path, ConfigValue value, Class<?> type) {
    Config one = value.atKey("v");
    try {
      if (type == Integer.class) {
        return one.getInt("v");
      } else if (type == Long.class) {
        return one.getLong("v");
      } else if (type == Double.class) {
        return one.getDouble("v");
      } else if (type == Boolean.class) {
        return one.getBoolean("v");
      } else if (type == String.class) {
        return one.getString("v");
      } else if (type == Duration.class) {
        return one.getDuration("v");
      } else if (type == ConfigMemorySize.class) {
        return one.getMemorySize("v");
      }
    } catch (com.typesafe.config.ConfigException e) {
      return wrong(path, value, allowed(type));
    }
    throw new IllegalStateException("No binding for " + type + " at " + path);
  }

  private Object bindEnum(String path, ConfigValue value, Class<?> type) {
    List<String> names = new ArrayList<>();
    for (Object constant : type.getEnumConstants()) {
      String name = ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (name.equals(String.valueOf(value.unwrapped()))) {
        return constant;
      }
      names.add(name);
    }
    return wrong(path, value, "one of " + String.join(", ", names));
  }

  private Object bindList(String path, ConfigValue value, Type element) {
    List<ConfigValue> values = new ArrayList<>();
    if (value.valueType() == ConfigValueType.LIST) {
      ((com.typesafe.config.ConfigList) value).forEach(values::add);
    } else if (value.valueType() == ConfigValueType.OBJECT) {
      return wrong(path, value, "a list [...]");
    } else {
      for (String part : String.valueOf(value.unwrapped()).split(",", -1)) {
        if (!part.isBlank()) {
          values.add(
              ConfigValueFactory.fromAnyRef(part.strip(), value.origin().description())
                  .withOrigin(value.origin()));
        }
      }
    }
    List<Object> bound = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      bound.add(bindValue(path + "[" + i + "]", values.get(i), element));
    }
    return bound.contains(null) ? null : List.copyOf(bound);
  }

  private Object bindMap(String path, ConfigValue value, Type key, Type element) {
    if (!(value instanceof ConfigObject object)) {
      return wrong(path, value, "an object {...}");
    }
    Map<Object, Object> bound = new LinkedHashMap<>();
    if (element == String.class) {
      // Dotted keys, such as Spark's, are one key each; quoted as a whole they win, for they come
      // last.
      object.toConfig().entrySet().stream()
          .sorted(Map.Entry.<String, ConfigValue>comparingByKey().reversed())
          .forEach(
              e ->
                  bound.put(
                      String.join(".", ConfigUtil.splitPath(e.getKey())),
                      bindValue(join(path, e.getKey()), e.getValue(), element)));
      return bound;
    }
    for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(object).entrySet()) {
      ConfigValue name = ConfigValueFactory.fromAnyRef(entry.getKey());
      Object boundKey =
          rawClass(key).isEnum()
              ? bindEnum(
                  join(path, entry.getKey()),
                  name.withOrigin(entry.getValue().origin()),
                  rawClass(key))
              : entry.getKey();
      Object boundValue = bindValue(join(path, entry.getKey()), entry.getValue(), element);
      if (boundKey != null && boundValue != null) {
        bound.put(boundKey, boundValue);
      }
    }
    return bound;
  }

  private Object wrong(String path, ConfigValue value, String allowed) {
    problems.add(
        "%s = %s: must be %s (%s)"
            .formatted(
                path, value.render(ConfigRenderOptions.concise()), allowed, where(value.origin())));
    return null;
  }

  private static String allowed(Class<?> type) {
    if (type == Integer.class || type == Long.class) {
      return "a whole number";
    } else if (type == Double.class) {
      return "a number";
    } else if (type == Boolean.class) {
      return "true or false";
    } else if (type == Duration.class) {
      return "a duration such as 30s or 5m";
    } else if (type == ConfigMemorySize.class) {
      return "a size such as 32MiB";
    }
    return "text";
  }

  private static String where(ConfigOrigin origin) {
    return origin.filename() == null
        ? origin.description().replaceFirst(": [0-9]+$", "")
        : origin.filename() + ", line " + origin.lineNumber();
  }

  static String kebab(String component) {
    return component
        .chars()
        .mapToObj(
            c ->
                Character.isUpperCase(c)
                    ? "-" + (char) Character.toLowerCase(c)
                    : String.valueOf((char) c))
        .collect(Collectors.joining());
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static Class<?> rawClass(Type type) {
    return (Class<?>) (type instanceof ParameterizedType p ? p.getRawType() : type);
  }

  private static Type argument(Type type, int index) {
    return ((ParameterizedType) type).getActualTypeArguments()[index];
  }
}
