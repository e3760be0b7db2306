/**
 * Compute layers. A {@link org.networkfission.model.layer.StageProgram} is a value: the operations
 * of one stage. A {@link org.networkfission.model.layer.Stage} runs it, on oneDNN or on ND4J, as a
 * vertex of a DL4J graph; inside a stage, data keeps the layout that is fastest.
 */
package org.networkfission.model.layer;
