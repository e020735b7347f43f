package dev.tailgate.cli.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.tailgate.onnx.proto.ModelProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Knows the messages of a model: nodes, attributes, tensors, types, dimensions, names, references
 * into other files, metadata, graphs inside nodes and functions. A kind of message is chosen first
 * and then one of that kind, so that the rare ones are met as often as the nodes; a field of it is
 * given another value, dropped, repeated, moved, or taken from another message of its kind.
 */
final class ModelMutator implements Mutator {
  /** Names of values and operators, by which parts of a model refer to each other. */
  private final List<String> names = new ArrayList<>();

  private final Map<Descriptor, List<Message>> kinds = new LinkedHashMap<>();

  @Override
  public byte[] mutate(byte[] file, Random random) {
    try {
      Message model = ModelProto.parseFrom(file);
      for (int times = 1 + random.nextInt(4); times > 0; times--) {
        model = new ModelMutator().once(model, random);
      }
      return model.toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("The file to mutate is no model", e);
    }
  }

  private Message once(Message model, Random random) {
    collect(model);
    List<List<Message>> all = new ArrayList<>(kinds.values());
    List<Message> kind = all.get(random.nextInt(all.size()));
    Message chosen = kind.get(random.nextInt(kind.size()));
    return replace(model, chosen, changed(chosen, random));
  }

  private void collect(Message message) {
    kinds.computeIfAbsent(message.getDescriptorForType(), k -> new ArrayList<>()).add(message);
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              for (Object item : field.isRepeated() ? (List<?>) value : List.of(value)) {
                if (item instanceof Message inner) {
                  collect(inner);
                } else if (item instanceof String name) {
                  names.add(name);
                }
              }
            });
  }

  /** The tree with one message, found by identity, in the place of another. */
  private static Message replace(Message tree, Message old, Message made) {
    if (tree == old) {
      return made;
    }
    Message.Builder out = null;
    for (Map.Entry<FieldDescriptor, Object> entry : tree.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
        continue;
      }
      int count = field.isRepeated() ? tree.getRepeatedFieldCount(field) : 1;
      for (int i = 0; i < count; i++) {
        Message inner =
            (Message) (field.isRepeated() ? tree.getRepeatedField(field, i) : entry.getValue());
        Message changed = replace(inner, old, made);
        if (changed != inner) {
          out = out == null ? tree.toBuilder() : out;
          if (field.isRepeated()) {
            out.setRepeatedField(field, i, changed);
          } else {
            out.setField(field, changed);
          }
        }
      }
    }
    return out == null ? tree : out.build();
  }

  private Message changed(Message message, Random random) {
    Message.Builder out = message.toBuilder();
    List<FieldDescriptor> given = new ArrayList<>(message.getAllFields().keySet());
    List<FieldDescriptor> known = message.getDescriptorForType().getFields();
    // What is there mostly; sometimes a field that the message does not have.
    FieldDescriptor field =
        given.isEmpty() || random.nextInt(6) == 0
            ? known.get(random.nextInt(known.size()))
            : given.get(random.nextInt(given.size()));
    if (!field.isRepeated()) {
      if (random.nextInt(5) == 0) {
        out.clearField(field);
      } else {
        out.setField(field, value(field, message.getField(field), random));
      }
      return out.build();
    }
    List<Object> items = new ArrayList<>((List<?>) message.getField(field));
    int at = items.isEmpty() ? 0 : random.nextInt(items.size());
    int other = items.isEmpty() ? 0 : random.nextInt(items.size());
    switch (items.isEmpty() ? 6 : random.nextInt(8)) {
      case 0 -> items.remove(at);
      case 1 -> items.add(at, items.get(other));
      case 2 -> items.set(at, items.set(other, items.get(at)));
      case 3 -> items.subList(Math.min(at, other), Math.max(at, other)).clear();
      case 6 -> items.add(value(field, items.isEmpty() ? none(field) : items.get(at), random));
      default -> items.set(at, value(field, items.get(at), random));
    }
    out.setField(field, items);
    return out.build();
  }

  private static Object none(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> com.google.protobuf.DynamicMessage.getDefaultInstance(field.getMessageType());
      case STRING -> "";
      case BYTE_STRING -> ByteString.EMPTY;
      case ENUM -> field.getEnumType().getValues().get(0);
      case INT -> 0;
      case LONG -> 0L;
      case FLOAT -> 0f;
      case DOUBLE -> 0d;
      case BOOLEAN -> false;
    };
  }

  private Object value(FieldDescriptor field, Object old, Random random) {
    return switch (field.getJavaType()) {
      case INT -> (int) Extremes.ofLong(random, (Integer) old);
      case LONG -> Extremes.ofLong(random, (Long) old);
      case FLOAT -> (float) Extremes.ofReal(random, (Float) old);
      case DOUBLE -> Extremes.ofReal(random, (Double) old);
      case BOOLEAN -> !(Boolean) old;
      case STRING ->
          random.nextInt(3) == 0
              ? Extremes.ofText(random, (String) old)
              : names.get(random.nextInt(names.size()));
      case BYTE_STRING -> bytes((ByteString) old, random);
      case ENUM -> {
        List<EnumValueDescriptor> all = field.getEnumType().getValues();
        yield all.get(random.nextInt(all.size()));
      }
      case MESSAGE -> {
        List<Message> same = kinds.getOrDefault(field.getMessageType(), List.of());
        yield same.isEmpty() ? old : same.get(random.nextInt(same.size()));
      }
    };
  }

  private static Object bytes(ByteString old, Random random) {
    if (old.isEmpty()) {
      return ByteString.copyFromUtf8(Extremes.ofText(random, ""));
    }
    return random.nextBoolean()
        ? old.substring(0, random.nextInt(old.size()))
        : ByteString.copyFrom(new ByteMutator().mutate(old.toByteArray(), random));
  }
}
