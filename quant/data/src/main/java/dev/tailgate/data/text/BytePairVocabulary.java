package dev.tailgate.data.text;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * GPT-2's tokenizer from its {@code vocab.json} and {@code merges.txt}: bytes as printable
 * characters, split by GPT-2's expression and merged in the order of the file. Text is not framed,
 * unless the vocabulary has RoBERTa's mask: then as {@code <s> A </s>} or {@code <s> A </s></s> B
 * </s>}.
 *
 * <p>Source: A. Radford et al. (2019), "Language Models are Unsupervised Multitask Learners",
 * section 2.2, and the encoder of its release.
 */
final class BytePairVocabulary {
  /** Tokens of GPT-2, and of RoBERTa and OPT, which share the scheme. */
  private static final List<String> SPECIAL =
      List.of("<|endoftext|>", "<s>", "<pad>", "</s>", "<unk>", "<mask>");

  private BytePairVocabulary() {}

  /** Whether words end in a mark of their own, as in GPT-1 and CLIP, which split otherwise. */
  static boolean marksWordEnds(Map<String, Integer> ids) {
    return ids.keySet().stream().filter(t -> t.endsWith("</w>")).limit(2).count() == 2;
  }

  /** Whether texts are framed. */
  static boolean isFramed(Map<String, Integer> ids) {
    return ids.containsKey("<mask>") && ids.containsKey("<s>") && ids.containsKey("</s>");
  }

  /** The tokenizer; {@code merges} are pairs separated by a space, most wanted first. */
  static String json(Map<String, Integer> ids, List<String> merges) {
    List<TokenizerJson.Added> added = new ArrayList<>();
    for (String token : SPECIAL) {
      Integer id = ids.get(token);
      if (id != null) {
        added.add(new TokenizerJson.Added(token, id, token.equals("<mask>")));
      }
    }
    return TokenizerJson.of(added, json -> pipeline(json, ids, merges));
  }

  private static void pipeline(JsonGenerator json, Map<String, Integer> ids, List<String> merges)
      throws IOException {
    json.writeNullField("normalizer");
    TokenizerJson.step(
        json,
        "pre_tokenizer",
        "ByteLevel",
        j -> {
          j.writeBooleanField("add_prefix_space", false);
          j.writeBooleanField("trim_offsets", true);
          j.writeBooleanField("use_regex", true);
        });
    if (isFramed(ids)) {
      TokenizerJson.step(json, "post_processor", "RobertaProcessing", j -> frame(j, ids));
    } else {
      json.writeNullField("post_processor");
    }
    json.writeNullField("decoder");
    TokenizerJson.step(
        json,
        "model",
        "BPE",
        j -> {
          j.writeNullField("dropout");
          j.writeNullField("unk_token");
          j.writeStringField("continuing_subword_prefix", "");
          j.writeStringField("end_of_word_suffix", "");
          j.writeBooleanField("fuse_unk", false);
          TokenizerJson.vocabulary(j, ids);
          j.writeArrayFieldStart("merges");
          for (String merge : merges) {
            j.writeString(merge);
          }
          j.writeEndArray();
        });
  }

  private static void frame(JsonGenerator json, Map<String, Integer> ids) throws IOException {
    for (String[] end : new String[][] {{"sep", "</s>"}, {"cls", "<s>"}}) {
      json.writeArrayFieldStart(end[0]);
      json.writeString(end[1]);
      json.writeNumber(ids.getOrDefault(end[1], 0));
      json.writeEndArray();
    }
    json.writeBooleanField("trim_offsets", true);
    json.writeBooleanField("add_prefix_space", false);
  }
}
