package dev.tailgate.result.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.util.Locale;

/**
 * Writes enums in lower case. Jackson's own feature for that goes by the machine's language, and
 * under Turkish rules {@code HIGHER} becomes {@code hıgher}.
 */
final class EnumWords extends StdSerializer<Enum<?>> {
  private static final long serialVersionUID = 1;

  EnumWords() {
    super(Enum.class, false);
  }

  @Override
  public void serialize(Enum<?> value, JsonGenerator json, SerializerProvider provider)
      throws IOException {
    json.writeString(value.name().toLowerCase(Locale.ROOT));
  }
}
