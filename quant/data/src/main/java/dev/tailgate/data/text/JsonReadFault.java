package dev.tailgate.data.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tailgate.file.json.JsonFault;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;

/** What was found where a file of a tokenizer or of its settings cannot be read. */
final class JsonReadFault {
  private JsonReadFault() {}

  static String words(IOException thrown) {
    if (thrown instanceof CharacterCodingException) {
      return "bytes that are no UTF-8";
    }
    if (thrown instanceof JsonProcessingException json) {
      JsonFault fault = JsonFault.of(json);
      return fault.found() + (fault.position().isEmpty() ? "" : " (" + fault.position() + ")");
    }
    return String.valueOf(thrown.getMessage());
  }
}
