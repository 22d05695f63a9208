package drover.steering.rules;

import java.util.List;
import java.util.function.IntPredicate;

/** What a rule asks of the conditions, whose numbers count from 0. */
sealed interface Expression {
  /** Holds for no conditions at all. */
  Expression NEVER = new Any(List.of());

  boolean holds(IntPredicate met);

  /** One condition. */
  record Condition(int number) implements Expression {
    @Override
    public boolean holds(IntPredicate met) {
      return met.test(number);
    }
  }

  /** The opposite. */
  record Not(Expression operand) implements Expression {
    @Override
    public boolean holds(IntPredicate met) {
      return !operand.holds(met);
    }
  }

  /** All of the operands; of none, that is always. */
  record All(List<Expression> operands) implements Expression {
    @Override
    public boolean holds(IntPredicate met) {
      return operands.stream().allMatch(operand -> operand.holds(met));
    }
  }

  /** At least one of the operands; of none, that is never. */
  record Any(List<Expression> operands) implements Expression {
    @Override
    public boolean holds(IntPredicate met) {
      return operands.stream().anyMatch(operand -> operand.holds(met));
    }
  }
}
