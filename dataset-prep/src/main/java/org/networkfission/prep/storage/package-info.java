/**
 * Reading from any Hadoop file system. A file system that fails for a while is asked again; what it
 * gave in the end is all that readers judge.
 */
package org.networkfission.prep.storage;
