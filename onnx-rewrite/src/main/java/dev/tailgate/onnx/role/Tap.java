package dev.tailgate.onnx.role;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * An activation worth measuring.
 *
 * @param tensor its value name in the model
 * @param roles its places in the block, at least one
 * @param layer the block it belongs to, from 0; -1 outside the blocks
 */
public record Tap(String tensor, Set<TapRole> roles, int layer) {
  /** Copies the roles, in the order in which {@link TapRole} declares them. */
  public Tap {
    if (roles.isEmpty()) {
      throw new IllegalArgumentException("Tap " + tensor + " needs a role");
    }
    roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
  }

  /** The role to print. */
  public TapRole role() {
    return roles.iterator().next();
  }

  /** The role's name in results; a block output that is also a norm is named as that. */
  public String label() {
    return role() == TapRole.BLOCK_OUT && is(TapRole.FFN_LAYERNORM_OUT)
        ? TapRole.FFN_LAYERNORM_OUT.label()
        : role().label();
  }

  /** Whether the tensor has this role, perhaps among others. */
  public boolean is(TapRole role) {
    return roles.contains(role);
  }
}
