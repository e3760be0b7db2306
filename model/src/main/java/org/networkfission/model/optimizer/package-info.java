/** How a step changes the parameters: learning rate schedules and Adam. */
package org.networkfission.model.optimizer;
