package dev.tailgate.model;

import dev.tailgate.onnx.ir.ModelException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The fields of an architecture by name, as recipes call them: {@code tokenDeviation}. */
public final class Fields {
  private static final String DOING = "setting a field of a model";

  private Fields() {}

  /** All fields, in the order of the record. */
  public static Map<String, Object> of(Architecture architecture) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (RecordComponent field : components(architecture)) {
      fields.put(field.getName(), value(architecture, field));
    }
    return fields;
  }

  /**
   * The same architecture with other values of some fields, each as text: whole numbers, numbers,
   * {@code true} and {@code false}, and names such as {@code learned}.
   *
   * @throws ModelException for a field that is not there, text of another kind, and sizes that make
   *     no model
   */
  public static Architecture with(Architecture architecture, Map<String, String> texts) {
    RecordComponent[] fields = components(architecture);
    Set<String> unknown = new TreeSet<>(texts.keySet());
    Arrays.stream(fields).map(RecordComponent::getName).forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw ModelException.doing(DOING)
          .expected("one of " + String.join(", ", of(architecture).keySet()))
          .found(String.join(", ", unknown))
          .fix("See the fields in docs/models.md.");
    }
    Object[] values = new Object[fields.length];
    for (int i = 0; i < fields.length; i++) {
      String text = texts.get(fields[i].getName());
      values[i] = text == null ? value(architecture, fields[i]) : parsed(fields[i], text);
    }
    return made(architecture.getClass(), fields, values);
  }

  private static RecordComponent[] components(Architecture architecture) {
    RecordComponent[] components = architecture.getClass().getRecordComponents();
    if (components == null) {
      throw new IllegalArgumentException(architecture.getClass() + " is no record");
    }
    return components;
  }

  private static Object value(Architecture architecture, RecordComponent field) {
    try {
      return field.getAccessor().invoke(architecture);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Reading " + field, e);
    }
  }

  private static Object parsed(RecordComponent field, String text) {
    Class<?> type = field.getType();
    try {
      if (type == int.class) {
        return Integer.valueOf(text);
      }
      if (type == double.class) {
        return Double.valueOf(text);
      }
    } catch (NumberFormatException e) {
      throw refused(field, type == int.class ? "a whole number" : "a number", text);
    }
    if (type == boolean.class) {
      if (!text.equals("true") && !text.equals("false")) {
        throw refused(field, "true or false", text);
      }
      return Boolean.valueOf(text);
    }
    Set<String> names = new TreeSet<>();
    for (Object constant : type.getEnumConstants()) {
      String name = ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
      if (name.equals(text)) {
        return constant;
      }
      names.add(name);
    }
    throw refused(field, "one of " + String.join(", ", names), text);
  }

  private static ModelException refused(RecordComponent field, String expected, String text) {
    return ModelException.doing(DOING)
        .expected(expected)
        .found(text)
        .where(field.getName())
        .fix("See the fields in docs/models.md.");
  }

  private static Architecture made(
      Class<? extends Architecture> kind, RecordComponent[] fields, Object[] values) {
    Class<?>[] types = Arrays.stream(fields).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return kind.getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof ModelException refusal) {
        throw refusal;
      }
      throw new IllegalStateException("Making " + kind, e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Making " + kind, e);
    }
  }
}
