package dev.tailgate.cli.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Changes one entry of an archive of arrays by {@code inside}, or its name, or leaves it out. */
record ZipMutator(Mutator inside) implements Mutator {
  private record Entry(String name, byte[] bytes) {}

  @Override
  public byte[] mutate(byte[] file, Random random) {
    try {
      List<Entry> entries = read(file);
      int at = random.nextInt(entries.size());
      Entry old = entries.get(at);
      switch (random.nextInt(8)) {
        case 0 -> entries.set(at, new Entry(Extremes.ofText(random, old.name()), old.bytes()));
        case 1 -> entries.remove(at);
        default -> entries.set(at, new Entry(old.name(), inside.mutate(old.bytes(), random)));
      }
      return write(entries);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Entry> read(byte[] file) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(file))) {
      for (ZipEntry next = in.getNextEntry(); next != null; next = in.getNextEntry()) {
        entries.add(new Entry(next.getName(), in.readAllBytes()));
      }
    }
    return entries;
  }

  private static byte[] write(List<Entry> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Entry entry : entries) {
        out.putNextEntry(new ZipEntry(entry.name()));
        out.write(entry.bytes());
      }
    }
    return bytes.toByteArray();
  }
}
