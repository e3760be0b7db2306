/** What back ends share that compute in this machine's memory, stage by stage. */
package org.networkfission.model.backend.host;
