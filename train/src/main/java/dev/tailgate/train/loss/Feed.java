package dev.tailgate.train.loss;

/** What is fed at each step beside the inputs of the model. */
public sealed interface Feed {
  /** The input of the training graph. */
  String input();

  /**
   * A value of the teacher on the same batch.
   *
   * @param value its name in the teacher
   */
  record Teacher(String value) implements Feed {
    @Override
    public String input() {
      return "tailgate/teacher/" + value;
    }
  }

  /** The labels of the batch, int64. */
  record Labels() implements Feed {
    @Override
    public String input() {
      return "tailgate/labels";
    }
  }

  /**
   * Real numbers that belong to the batch.
   *
   * @param name what the data calls them
   */
  record Target(String name) implements Feed {
    @Override
    public String input() {
      return "tailgate/target/" + name;
    }
  }
}
