/**
 * Reading from any Hadoop file system, and what writing there asks for. A file system that fails
 * for a while is asked again; what it gave in the end is all that readers judge.
 */
package org.networkfission.prep.storage;
