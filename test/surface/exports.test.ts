import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const modules = {
  '@pspf/runtime': () => import('@pspf/runtime'),
  '@pspf/runtime/generated': () => import('@pspf/runtime/generated'),
  '@pspf/runtime/testing': () => import('@pspf/runtime/testing'),
  '@pspf/runtime/prometheus': () => import('@pspf/runtime/prometheus'),
};

test.each(Object.entries(modules))('%s exports exactly what is listed', async (_, load) => {
  expect(Object.keys(await load()).sort()).toMatchSnapshot();
});

test.each(['index', 'generated', 'testing'])('and the types of %s', async (name) => {
  const file = new URL(`../../runtime/dist/${name}.d.ts`, import.meta.url);
  const names = (await readFile(file, 'utf8')).matchAll(/export (?:type )?\{([^}]*)\}/g);
  const exported = [...names].flatMap(([, list = '']) => list.split(','));
  const trimmed = exported.map((text) => text.replace('type ', '').trim());
  expect(trimmed.filter((text) => text !== '').sort()).toMatchSnapshot();
});
