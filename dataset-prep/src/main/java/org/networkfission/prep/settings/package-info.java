/**
 * How settings check themselves: every problem at once, each with its value and what is allowed.
 */
package org.networkfission.prep.settings;
