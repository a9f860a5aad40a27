import { request } from 'node:http';
import { homedir } from 'node:os';
import { Absent } from './find-server.js';

export interface Container {
  readonly url: string;
  stop(): Promise<void>;
}

const image = 'valkey/valkey:8';

/** A server in a container, where a container engine answers. */
export async function containerServer(): Promise<Container | Absent> {
  if (!(await engineAnswers())) return new Absent('no container engine answers');
  // Loaded late: it costs a second, and most machines without an engine never need it.
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = await new GenericContainer(image)
    .withExposedPorts(6379)
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
    .start();
  return {
    url: `valkey://${container.getHost()}:${container.getMappedPort(6379)}`,
    stop: async () => {
      await container.stop();
    },
  };
}

/** Whether an engine answers within a second, at the places where engines listen. */
async function engineAnswers(): Promise<boolean> {
  const configured = process.env.DOCKER_HOST;
  const sockets =
    configured === undefined
      ? [
          '/var/run/docker.sock',
          `${process.env.XDG_RUNTIME_DIR}/docker.sock`,
          `${homedir()}/.docker/run/docker.sock`,
          '//./pipe/docker_engine',
        ].map((socketPath) => ({ socketPath }))
      : [endpoint(configured)];
  const answers = await Promise.all(sockets.map(ping));
  return answers.includes(true);
}

type Endpoint = { readonly socketPath: string } | { readonly host: string; readonly port: string };

function endpoint(dockerHost: string): Endpoint {
  const url = new URL(dockerHost);
  if (url.protocol === 'unix:' || url.protocol === 'npipe:') return { socketPath: url.pathname };
  return { host: url.hostname, port: url.port || '2375' };
}

function ping(target: Endpoint): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ ...target, path: '/_ping', timeout: 1_000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on('error', () => resolve(false));
    asked.on('timeout', () => {
      asked.destroy();
      resolve(false);
    });
    asked.end();
  });
}
