/**
 * What a network is written in. A {@link org.networkfission.model.op.StageProgram} is a value: the
 * operations of one stage with the tensors that they own. What computes it is {@link
 * org.networkfission.model.backend}.
 */
package org.networkfission.model.op;
