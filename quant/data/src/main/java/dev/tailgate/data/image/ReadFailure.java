package dev.tailgate.data.image;

import java.io.EOFException;

/** Says in words why a file could not be read: Java often leaves the message of its end empty. */
final class ReadFailure {
  private ReadFailure() {}

  static String inWords(Exception failure) {
    if (failure instanceof EOFException) {
      return "a file that ends too early";
    }
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }
}
