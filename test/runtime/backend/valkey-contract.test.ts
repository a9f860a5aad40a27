import { inject } from 'vitest';
import { backendContract } from '../../contract/backend.contract.js';
import { startServer } from '../../support/server/start-server.js';
import { valkeyUnderTest } from '../../support/valkey-under-test.js';

backendContract('a server', () => valkeyUnderTest(inject('serverUrl')));

// One node with every slot refuses what a whole cluster would refuse: commands across slots.
backendContract('a cluster node', async () => {
  const node = await startServer({ cluster: true });
  const under = await valkeyUnderTest(node.url);
  return {
    ...under,
    stop: async () => {
      await under.stop();
      await node.stop();
    },
  };
});
