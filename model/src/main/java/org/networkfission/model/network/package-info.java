/** The network family as values: what a network looks like, what it learns, what a step says. */
package org.networkfission.model.network;
