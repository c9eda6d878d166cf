import { loadSettings } from '../config/settings.ts';
import { connect } from '../models/connect.ts';
import { migrate } from '../models/migrate.ts';

const sequelize = connect(loadSettings(process.env));
try {
  const names = await migrate(sequelize);
  process.stdout.write(names.length > 0 ? `Applied: ${names.join(', ')}\n` : 'The schema is up to date.\n');
} finally {
  await sequelize.close();
}
