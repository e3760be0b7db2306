/** Shards: the Parquet files that training reads, and the manifest that describes them. */
package org.networkfission.prep.shard;
