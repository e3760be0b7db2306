/** How tasks are weighed against each other while a network trains: the published formulas. */
package org.networkfission.model.balance;
