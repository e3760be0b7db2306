/** What all files that a trained network is exported to have in common. */
package org.networkfission.model.export;
