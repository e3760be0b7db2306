/** What predictions are compared with, and how the differences are summed. */
package org.networkfission.model.loss;
