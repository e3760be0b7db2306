/**
 * What a network's work on a GPU consists of, step by step, and where in the GPU's memory all of it
 * lies. It is planned without a GPU, so that its need of memory is known before, and then put in
 * place on one.
 */
package org.networkfission.model.backend.cuda.plan;
